"""The catalogue's side of the index: records to documents, hits to cards.

documents    a record of the catalogue -> a document of the index
corrections  what was meant: another keyboard layout, transliteration, misspelling
understanding  classes, subjects, types, years among the words
synonyms     other ways of saying a word (synonyms.yaml, extendable)
readings     the readings of a question, from the strictest to the loosest
snippets     the best passage of a text, with the matched forms marked
result       SearchResult: what CLI, web, Python and JSON all get
"""
