"""What is taken away: a consultation's comments and its summary, as of a seal, for the record and for anyone who asks."""
