"""The pages that people see. The only room that composes the others."""
