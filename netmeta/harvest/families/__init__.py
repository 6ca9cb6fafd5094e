"""Site families: engines that make many sites alike, a file each.

base         Family: what a family answers; PageUrl, NotAnEntryError
recognise    FAMILIES by name, and recognise(): which family made a page
generic      any site: addresses by common words, fields by PageReader
ucoz, drupal, wordpress, joomla, bitrix, dolphin, aspnet
"""
