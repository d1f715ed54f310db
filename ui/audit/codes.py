"""Every code that an audit may tell. A finding is something that must not be; a remark is what a reader has to know."""

# The proof: bytes, keys, signatures, tree, time. Whoever has not the keys can only make these.
PROOF = frozenset({
    "zip", "manifest", "maker", "maker_revoked", "digest", "trust", "root_key", "ungranted", "revoked", "checkpoint",
    "confirmed", "cut_tail", "tree", "root", "entry_form", "entry_number", "entry_key", "signature", "body_hash",
    "time_form", "time_back", "clock_state", "day_checkpoint", "forked",
})  # fmt: skip

# The story: what the entries say, also where every signature is good. Only the station itself can make these.
STORY = frozenset({
    "body_form", "opened", "opened_again", "predecessor", "unlinked", "number_form", "number_twice", "number_elsewhere",
    "no_end", "end_changed", "original_twice", "copy_twice", "copies_gap", "copy_unannounced", "reprint_early",
    "reprint_void", "reprint_unknown", "print_unknown", "part_unknown", "void_unknown", "void_twice",
    "void_not_printed", "replaces_unknown", "replaces_standing", "replaces_other", "replaced_twice", "paper_of", "code",
    "code_says", "code_day", "date", "test_missing", "test_not_negative", "test_other_lot", "test_other_goods",
    "lot_other_goods", "quantity_over", "quantity_typed", "lot_unknown", "correction_unknown", "correction_field",
    "correction_person", "correction_old", "missing_body", "kept_body", "must_stay", "retired_early", "retention_spans",
    "orders_gap", "orders_stream", "day_counts",
})  # fmt: skip

REMARKS = frozenset({
    "root_believed", "revoked_later", "unconfirmed", "goes_on", "partial", "not_judged", "untrusted", "clock_set",
    "ahead", "silent", "predecessor_absent", "predecessor_beyond", "predecessor_part", "open", "late_print",
    "void_print", "clock_claim", "code_ended", "basis_untested", "test_other_subject", "lot_positive", "orders_again",
    "retired", "missing_later", "missing_county", "by_county", "more",
})  # fmt: skip
