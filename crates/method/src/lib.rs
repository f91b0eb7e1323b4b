//! What a method is: columns, parameters, faults and the shape of a registry entry.
//!
//! Families (`gradus-normalize`, `gradus-aggregate`) define a small trait each and hold one method per file. This crate
//! holds what they share, so that a method in somebody else's crate needs this crate and the family's trait only.
//!
//! **Invariants.** Nothing here knows a method, the tree or a file format. A [`Column`] has one slot per row and a
//! mark per slot; a missing slot is never read as a number.

mod args;
mod column;
mod complaints;
mod fault;
mod registry;

pub use args::{Arg, Args};
pub use column::Column;
pub use complaints::HEADINGS;
pub use fault::{Fault, Outcome};
pub use gradus_model::package::Direction;
pub use registry::{Default, Method, Param, ParamKind, Reference, Registry};

#[doc(hidden)]
pub use gradus_model::number as __number;

/// Declares the boxed form of a family's trait that holds one method in both arithmetics.
///
/// `dual! { /// Doc. NormalizerBox: Normalizer }` makes a cheaply cloned `NormalizerBox` with `NormalizerBox::new(method)`
/// for every `method: Normalizer<Decimal> + Normalizer<f64>`; generic code asks `S::pick(&boxed)`.
#[macro_export]
macro_rules! dual {
    ($(#[$doc:meta])* $name:ident: $family:ident) => {
        const _: () = {
            impl $name {
                /// Boxes a method.
                pub fn new(
                    method: impl $family<$crate::__number::Decimal> + $family<f64> + 'static,
                ) -> Self {
                    let method = ::std::sync::Arc::new(method);
                    Self { decimal: method.clone(), binary64: method }
                }
                /// Whether both are the same object, made once and cloned since.
                #[must_use]
                pub fn same(&self, other: &Self) -> bool {
                    ::std::sync::Arc::ptr_eq(&self.binary64, &other.binary64)
                }
            }
            impl $crate::__number::Dual for $name {
                type Of<S: $crate::__number::Scalar> = dyn $family<S>;
                fn decimal(&self) -> &(dyn $family<$crate::__number::Decimal> + 'static) {
                    &*self.decimal
                }
                fn binary64(&self) -> &(dyn $family<f64> + 'static) {
                    &*self.binary64
                }
            }
        };
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            decimal: ::std::sync::Arc<dyn $family<$crate::__number::Decimal>>,
            binary64: ::std::sync::Arc<dyn $family<f64>>,
        }
    };
}
