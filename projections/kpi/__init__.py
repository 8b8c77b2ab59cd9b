"""The KPIs of domain.md, section 6, from what a cohort's streams say. Pure: today is given."""
