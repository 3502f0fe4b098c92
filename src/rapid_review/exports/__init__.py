"""The record in other people's formats: values in, bytes or text out; nothing is written here.

- `tabular`: the tables of the statistics as CSV, with the Department for Education's column names
"""
