"""`turnabout gateway` as an operator runs it, beside a worker whose letters lead to it."""

from __future__ import annotations

import httpx2

from activities.channels import Message
from events.people import People
from tests.deploy import run
from tests.e2e.cohort import begins, contacts, small_cohort
from tests.e2e.service import Service
from tests.gateway.house import Post
from tests.processes.child import free_ports, turnabout
from tests.processes.test_processes import held, variables
from tests.waiting import until
from workers.embedded.stack import Stack


async def test_a_gateway_takes_an_answer_and_stops_when_told() -> None:
    port, post, spec = free_ports(1)[0], Post(), small_cohort("by-process")
    base = f"http://127.0.0.1:{port}"
    async with Stack.simulated(ways=[post], at=base) as stack:
        await People(stack.pool).import_people(contacts())
        await stack.clock.sleep(begins(spec) - await stack.clock.now())
        environment = {
            **stack.environment(),
            "TURNABOUT_GATEWAY_URL": base,
            "TURNABOUT_GATEWAY_PORT": str(port),
            # The process lives by the wall's clock, years before the cohort: no link has expired.
        }
        service = Service("gateway", environment)
        try:
            await service.start()
            await stack.turnabout.start_cohort(spec)

            async def arrived() -> list[Message]:
                return post.to(spec.sponsor.id, "charter_due")

            body = (await until(arrived))[0].letter.body
            (link,) = [line.strip() for line in body.splitlines() if "/link/" in line]
            async with httpx2.AsyncClient(timeout=60) as web:
                assert (await web.get(f"{base}/readyz")).status_code == 200
                scraped = (await web.get(f"http://127.0.0.1:{service.port}/metrics")).text
                assert run("promtool", "check", "metrics", given=scraped) == ""
                assert 'turnabout_dependency_up{dependency="temporal"} 1.0' in scraped
                for path in ("/v1/cohorts", "/v1/nothing", "/link/broken", f"{link}x", "/nothing"):
                    refused = await web.get(path if path.startswith("http") else f"{base}{path}")
                    assert refused.status_code in {401, 404, 410}, path
                    assert not held(stack, refused.text + str(refused.headers))
                assert "I sign the charter" in (await web.get(link)).text
                sent = {"form": "sign_charter", "text": "Leaders learn, too."}
                saved = await web.post(link, data=sent, follow_redirects=True)
                assert "Saved. Thank you!" in saved.text
                assert "I commit to these duties" in saved.text
            board = await stack.reads.board(spec.id)
            await service.stop()
        finally:
            await service.close()
    assert board is not None
    token = link.rpartition("/")[2]
    assert token not in service.log
    assert spec.sponsor.id not in service.log
    assert not held(stack, service.log)


async def test_a_gateway_without_an_address_is_told_so() -> None:
    database = "postgresql://nobody@127.0.0.1:1/turnabout"
    async with turnabout("gateway", environment=variables(TURNABOUT_DATABASE_URL=database)) as child:
        assert await child.ended() == 2
    assert "TURNABOUT_GATEWAY_URL is not set" in child.errors
    assert "Traceback" not in child.errors
