"""File formats to rows: CSV, workbooks, JSON, XML, YAML, Parquet, Markdown, HTML and PDF."""

__all__ = [
    "csv_tables",
    "file_kinds",
    "html_pages",
    "json_values",
    "markdown",
    "nested_json",
    "parquet",
    "pdf_manuals",
    "text_files",
    "workbooks",
    "xml_records",
    "yaml_entries",
]
