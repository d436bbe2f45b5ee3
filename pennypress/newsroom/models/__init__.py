"""The newsroom's tables. What readers see of a story stands in `prepared`, which everything else may import."""

from pennypress.newsroom.models.prepared import Cutting, PreparedArticle  # isort: skip
from pennypress.newsroom.models.columns import Column, ColumnCorrection, ColumnGift  # isort: skip
from pennypress.newsroom.models.articles import ArticleContributor, ArticlePage
from pennypress.newsroom.models.claims import Claim, ClaimRelation, Source
from pennypress.newsroom.models.pages import (
    ContributorPage,
    DirectoryPage,
    FrontLead,
    FrontNib,
    FrontPage,
    SectionPage,
    StandardPage,
    TopicPage,
)
from pennypress.newsroom.models.paper import Paper
from pennypress.newsroom.models.pictures import Picture, Rendition
from pennypress.newsroom.models.reads import HourRead

__all__ = [
    "ArticleContributor",
    "ArticlePage",
    "Claim",
    "ClaimRelation",
    "Column",
    "ColumnCorrection",
    "ColumnGift",
    "ContributorPage",
    "Cutting",
    "DirectoryPage",
    "FrontLead",
    "FrontNib",
    "FrontPage",
    "HourRead",
    "Paper",
    "Picture",
    "PreparedArticle",
    "Rendition",
    "SectionPage",
    "Source",
    "StandardPage",
    "TopicPage",
]
