"""The 承诺达标合格证 and its neighbours: who may promise what, and on which proofs."""
