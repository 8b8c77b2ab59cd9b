"""The gateway: pages on which people answer, and the operators' HTTP API. It holds no state of its own."""
