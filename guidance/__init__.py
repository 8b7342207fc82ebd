"""The text: documents, sections, revisions and blocks. It knows nothing of comments, people, law or ledger."""
