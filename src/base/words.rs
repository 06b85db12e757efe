//! Enums whose variants are words in gates.toml.

/// A type whose values are words in gates.toml.
pub(crate) trait Word: Copy + 'static {
    /// Every value with its word, in the order in which messages list them.
    const WORDS: &'static [(Self, &'static str)];
}

/// Declares an enum, with the word for each of its variants.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$about:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$about])* $variant,)+
        }

        impl $name {
            /// The word for it in gates.toml.
            #[must_use]
            $visibility fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::base::words::Word for $name {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$variant, $word),)+];
        }
    };
}

pub(crate) use words;
