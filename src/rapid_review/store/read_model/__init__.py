"""The read model: what is stored of every case, so that a figure needs no replay."""
