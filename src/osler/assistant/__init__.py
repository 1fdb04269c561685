"""Who answers what: the front desk, the send path, the assistant's turn, its fixed words, and the live channels."""
