//! A second request beside a slow one, where that is wanted.

use std::time::Duration;

use crate::error::RequestError;

/// One request; a second one beside it if the first takes longer than `hedge_after`.
pub(crate) async fn hedged<R, T, F>(
    request: R,
    hedge_after: Option<Duration>,
    send: impl Fn(R) -> F,
) -> Result<T, RequestError>
where
    R: Clone,
    F: Future<Output = Result<T, RequestError>> + Unpin,
{
    let Some(hedge_after) = hedge_after else { return send(request).await };
    let mut first = send(request.clone());
    tokio::select! {
        answer = &mut first => return answer,
        () = tokio::time::sleep(hedge_after) => {}
    }
    let mut second = send(request);
    // Whichever answers first counts; if it failed, the other one is waited for.
    tokio::select! {
        answer = &mut first => match answer {
            Ok(answer) => Ok(answer),
            Err(_) => second.await,
        },
        answer = &mut second => match answer {
            Ok(answer) => Ok(answer),
            Err(_) => first.await,
        },
    }
}
