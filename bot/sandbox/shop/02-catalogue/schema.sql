CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, cents INTEGER NOT NULL);
INSERT OR IGNORE INTO items VALUES ('Apples, a kilo', 320), ('Bread', 280), ('Coffee', 690), ('Honey', 540);
