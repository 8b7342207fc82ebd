"""What is taken away: what was said in a consultation, as of a seal, for the record and for anyone who asks."""
