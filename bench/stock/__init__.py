"""django-comments-xtd as it comes, for comparison: its models, tags, templates and views, and one article."""
