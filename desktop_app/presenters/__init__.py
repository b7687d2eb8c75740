"""What each screen shows and the verbs it offers: QObjects with signals, no widgets."""
