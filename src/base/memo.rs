//! What was found out once, for those who ask again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Answers by question.
pub(crate) struct Memo<Q, A>(RefCell<HashMap<Q, A>>);

impl<Q, A> Default for Memo<Q, A> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<Q: Eq + Hash, A: Clone> Memo<Q, A> {
    /// The answer to a question, which is found out the first time.
    pub(crate) fn get(&self, question: Q, find_out: impl FnOnce() -> A) -> A {
        if let Some(answer) = self.0.borrow().get(&question) {
            return answer.clone();
        }
        // Finding out may ask, too.
        let answer = find_out();
        self.0.borrow_mut().insert(question, answer.clone());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_is_looked_into_once() {
        let memo = Memo::default();
        let asked = RefCell::new(Vec::new());
        let double = |number: u32| {
            memo.get(number, || {
                asked.borrow_mut().push(number);
                number * 2
            })
        };
        assert_eq!([1, 2, 1, 2].map(double), [2, 4, 2, 4]);
        assert_eq!(*asked.borrow(), [1, 2]);
    }
}
