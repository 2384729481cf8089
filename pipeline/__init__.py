"""The way of the data, one module a stage, in this order.

intake      a file's bytes: sha256, type by content, safe to open
reading     the pages of any supported file as raw lines (rasterise, preprocess, ocr, layout, embedded text)
restoration raw lines to restored lines (calls `diacritics`)
outline     restored lines to letterhead, title, items, sections I-VI, recipients, signature
extractors  (own package) the outline to rows of each table
store       rows to parquet, one current version of each plan
ingest      all of it for one file; `flows.py` runs it for many
"""
