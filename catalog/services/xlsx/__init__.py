"""Reads .xlsx workbooks: values, links and fill colours, within limits. Knows nothing of albums."""
