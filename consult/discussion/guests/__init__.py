"""People who take part with nothing but a confirmed e-mail address."""
