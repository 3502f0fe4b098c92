"""Documents that leave the record: the Panel's pack, a draft to publish, all about one person."""
