"""What is being done: background work as rows that one worker at a time may claim, and anyone entitled can watch."""
