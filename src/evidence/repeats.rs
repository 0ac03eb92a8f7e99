//! Whether an incident is followed by others near it: Knox's test at the distances of the clusters, and the table of
//! near repeats.

use super::{Chosen, Given, NotMade};
use crate::stats::knox::{Knox, NearRepeats, Places, knox, near_repeats};

/// Both, each over the same incidents. Cost: as [`crate::stats::knox`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeats {
    /// Pairs at most `eps_km` and `eps_days` apart.
    pub knox: Result<Knox, NotMade>,
    /// Pairs by bands.
    pub table: Result<NearRepeats, NotMade>,
}

pub(super) fn repeats(
    given: &Given<'_>,
    chosen: &Chosen,
    replicas: &Result<u32, NotMade>,
) -> Repeats {
    let replicas = match replicas {
        Ok(replicas) => *replicas,
        Err(why) => {
            return Repeats {
                knox: Err(why.clone()),
                table: Err(why.clone()),
            };
        }
    };
    let options = given.options;
    let places = Places::Earth(&chosen.positions);
    let (cluster, stats) = (&options.cluster, &options.stats);
    Repeats {
        knox: knox(
            places,
            &chosen.days,
            cluster.eps,
            cluster.eps_days,
            options.seed,
            replicas,
        )
        .map_err(NotMade::because),
        table: near_repeats(
            places,
            &chosen.days,
            &stats.repeats_within,
            &stats.repeats_within_days,
            options.seed,
            replicas,
        )
        .map_err(NotMade::because),
    }
}
