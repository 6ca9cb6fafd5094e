"""OAI-PMH 2.0, out: https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm (2015-01-08).

arguments      what was asked, checked as the protocol wants
tokens         resumption tokens: everything a list needs to go on, so that nothing is kept here
sets           kind, source and subject as sets
dublin_core, lom, lossless     the metadata formats: a stored record as XML, and back as an item
provenance     whence a record came that other catalogues gave
provider       answers
reading        answers of other repositories, read
"""
