"""The catalogue's side of the index: records to documents, hits to cards.

documents    a record of the catalogue -> a document of the index
snippets     the best passage of a text, with the matched forms marked
result       SearchResult: what CLI, web, Python and JSON all get
"""
