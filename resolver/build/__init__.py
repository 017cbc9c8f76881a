"""The writing side: facts -> source tables -> one compiled gazetteer. The reading side never imports it."""
