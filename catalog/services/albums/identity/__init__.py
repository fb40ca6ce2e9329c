"""Decides which album each row of the sheet is. Pure: values in, values out."""
