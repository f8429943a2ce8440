"""The report: written once as a document of chapters, then set as a web page and as a PDF."""
