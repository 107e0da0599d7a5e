//! One test, run on each database that there is a store for.

/// Makes a test of each promise, for each store: functions of a [`TestRepo`](super::TestRepo), in whose module both repos are known.
macro_rules! on_each_store {
    ($($promise:ident,)*) => {
        mod on_sqlite {
            $(#[test]
            fn $promise() {
                super::$promise::<super::SqliteRepo>();
            })*
        }

        mod on_mariadb {
            $(#[test]
            fn $promise() {
                super::$promise::<super::MariaRepo>();
            })*
        }
    };
}

pub(crate) use on_each_store;
