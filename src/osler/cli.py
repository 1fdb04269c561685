"""`osler …`: what an operator runs."""
