"""What the way of the data is made of, one module a step, in the order of docs/architecture.md."""
