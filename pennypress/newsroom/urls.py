"""The newsroom's own addresses; every other one is found in the tree of pages."""

from django.urls import URLPattern, URLResolver, path

from pennypress.newsroom import ahead, feeds, maps, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/<int:claim_id>/", views.claim, name="claim"),
    path("fragments/most-read/", views.most_read, name="fragment-most-read"),
    path("search/", views.search, name="search"),
    path("feeds/", feeds.everything, name="feed"),
    path("feeds/sections/<slug:slug>/", feeds.section, name="feed-section"),
    path("feeds/contributors/<slug:slug>/", feeds.contributor, name="feed-contributor"),
    path("feeds/topics/<slug:slug>/", feeds.topic, name="feed-topic"),
    path("sitemap.xml", maps.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", maps.sitemap_part, name="sitemap-part"),
    path("news-sitemap.xml", maps.news_sitemap, name="news-sitemap"),
    path("speculation-rules.json", ahead.rules, name="speculation-rules"),
    path("service-worker.js", ahead.worker, name="service-worker"),
    path("robots.txt", maps.robots, name="robots"),
]
