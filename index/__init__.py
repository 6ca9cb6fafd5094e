"""Full-text index for Russian: documents in, ranked ids out. Knows no portals and no catalogue.

analysis    text -> tokens (stem and lemma), the one analyser of index, query and highlight
query       what people type -> a query tree
plan        a query in tokens, the same for every engine
refine      the second look at the best hits; spelling: words near a misspelt one
seam        the narrow protocol every engine implements, and its data types
tantivy_engine, whoosh_engine    the two engines
collector   how seldom Python looks for circular garbage during long work
engines     open_engine("tantivy" | "whoosh", folder)
"""
