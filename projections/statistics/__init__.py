"""The statistics of the KPIs (domain.md, section 6): each method in a module of its own that names its
source. Pure. The intervals of proportions are in `turnabout.proportions`, where experiments use them too."""
