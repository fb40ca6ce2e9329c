"""What operators are told: messages with their deliveries, and numbers that outlive processes."""
