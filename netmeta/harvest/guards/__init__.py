"""What keeps a harvest polite, bounded and inside the public internet, a file each.

robots         what robots.txt forbids, or cannot tell
pace           one request at a time and host; Retry-After; hosts that want to be left alone
compression    unpacks bodies up to the cap, and only whole ones
outcomes       counts requests and bytes
download       the download handler: connections judged as they are made, bodies capped
addresses      which addresses a source may reach
content_types  what is worth downloading
"""
