"""What is for one listener alone, and what a browser keeps."""
