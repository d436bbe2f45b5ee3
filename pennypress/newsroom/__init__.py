"""Articles, contributors, sections, claims and sources, feeds, search, import: Wagtail's side of the house."""
