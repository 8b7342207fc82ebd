"""The text to take away: Markdown and Word of each revision, and Word with what changed between two as tracked
changes.

`facts` says what a file is; `markdown` writes the one form; `lines` reads blocks as paragraphs for the other, `parts`
puts a whole text in order, `redline` marks what changed, and `docx` makes the file.
"""
