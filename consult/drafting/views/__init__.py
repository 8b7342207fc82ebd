"""The desk's doors: `outline` and `about`, `writing` and `merging`, `fates`, and `reading` for reviewers."""
