//! Waiting for several things at once.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// Something that is waited for.
pub type Waiting<'w, T> = Pin<Box<dyn Future<Output = T> + Send + 'w>>;

/// Waits for one thing and for several others, all at once. What is ready isn't asked again.
pub async fn together<A, B>(
    one: impl Future<Output = A>,
    others: Vec<Waiting<'_, B>>,
) -> (A, Vec<B>) {
    let mut one = pin!(one);
    let mut first = None;
    let mut others: Vec<Other<'_, B>> = others.into_iter().map(Other::Waiting).collect();
    poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(value) = one.as_mut().poll(context)
        {
            first = Some(value);
        }
        let mut ready = true;
        for other in &mut others {
            ready &= other.is_ready(context);
        }
        match first.take() {
            Some(value) if ready => {
                let others = std::mem::take(&mut others).into_iter();
                Poll::Ready((value, others.filter_map(Other::into_value).collect()))
            }
            waiting => {
                first = waiting;
                Poll::Pending
            }
        }
    })
    .await
}

enum Other<'w, T> {
    Waiting(Waiting<'w, T>),
    Ready(T),
}

impl<T> Other<'_, T> {
    fn is_ready(&mut self, context: &mut Context<'_>) -> bool {
        let Other::Waiting(waiting) = self else { return true };
        let Poll::Ready(value) = waiting.as_mut().poll(context) else { return false };
        *self = Other::Ready(value);
        true
    }

    fn into_value(self) -> Option<T> {
        match self {
            Other::Ready(value) => Some(value),
            Other::Waiting(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at_once;
    use std::task::Waker;

    /// Ready when it is asked for the given time, and never asked again.
    fn ready_at<T: Send + Unpin + 'static>(time: usize, value: T) -> Waiting<'static, T> {
        let (mut asked, mut value) = (0, Some(value));
        Box::pin(poll_fn(move |_| {
            asked += 1;
            match asked >= time {
                true => Poll::Ready(value.take().expect("asked again after it was ready")),
                false => Poll::Pending,
            }
        }))
    }

    #[test]
    fn all_are_asked_at_once_and_each_answer_has_its_place() {
        let all =
            together(ready_at(2, "one"), vec![ready_at(3, 1), ready_at(1, 2), ready_at(2, 3)]);
        let mut all = pin!(all);
        let context = &mut Context::from_waker(Waker::noop());
        assert_eq!(all.as_mut().poll(context), Poll::Pending);
        assert_eq!(all.as_mut().poll(context), Poll::Pending);
        assert_eq!(all.as_mut().poll(context), Poll::Ready(("one", vec![1, 2, 3])));
    }

    #[test]
    fn nothing_is_waited_for_without_others() {
        assert_eq!(
            at_once(together(async { 1 }, Vec::<Waiting<'_, ()>>::new())),
            Some((1, vec![]))
        );
    }
}
