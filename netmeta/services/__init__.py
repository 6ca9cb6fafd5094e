"""What netmeta does, one function a deed; the only place where layers are put together.

sources     add, import and list sources
harvest     sources -> items -> records -> catalogue -> index
importing   items of a file or of a program -> catalogue
reindex     catalogue -> index, incrementally or from scratch; what state it is in
search      a question -> SearchResult
demo        replicas of portals on loopback, harvested and searched
"""
