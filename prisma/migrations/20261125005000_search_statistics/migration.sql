-- How common a word is decides how a list is read. With the usual hundred samples one row in fifty goes unseen.
ALTER TABLE contacts ALTER COLUMN search_text SET STATISTICS 400;
ALTER TABLE organizations ALTER COLUMN search_text SET STATISTICS 400;
