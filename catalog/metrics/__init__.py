"""What processes count themselves: times of requests, and the index that each of them holds."""
