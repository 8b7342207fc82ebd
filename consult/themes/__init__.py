"""Finding out what people said: key phrases, groups, quotations and the summary. No language model needed."""
