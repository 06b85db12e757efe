//! How strict something is, compared with what was there before it.

/// How strict something is, compared with what was there before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// It refuses whatever the earlier one refuses.
    AtLeastAsStrict,
    /// It refuses less.
    Weaker,
    /// Which of the two is stricter is not known.
    Unknown,
}

impl Comparison {
    /// By a relation that says whether the second of two refuses whatever the first one refuses.
    pub(crate) fn by<T: ?Sized>(
        before: &T,
        after: &T,
        is_covered: impl Fn(&T, &T) -> bool,
    ) -> Self {
        if is_covered(before, after) {
            Self::AtLeastAsStrict
        } else if is_covered(after, before) {
            Self::Weaker
        } else {
            Self::Unknown
        }
    }

    /// Of two ranks, the higher one is stricter; of the same rank, nothing is known unless they are equal.
    pub(crate) fn by_rank<T: PartialEq>(before: &T, after: &T, rank: impl Fn(&T) -> u32) -> Self {
        Self::by(before, after, |one, other| {
            one == other || rank(one) < rank(other)
        })
    }

    /// Of two lists of what is required, the longer one is stricter.
    pub(crate) fn by_longer<T: PartialEq>(before: &[T], after: &[T]) -> Self {
        Self::by(before, after, |one, other| {
            one.iter().all(|entry| other.contains(entry))
        })
    }

    /// Of two lists of what is allowed, the shorter one is stricter.
    pub(crate) fn by_shorter<T: PartialEq>(before: &[T], after: &[T]) -> Self {
        Self::by(before, after, |one, other| {
            other.iter().all(|entry| one.contains(entry))
        })
    }
}
