//! The objects of a file, looked up within limits.

use std::cell::Cell;

use lopdf::{DecompressError, Dictionary, Document, Error, Object, Stream};

/// References followed one after another.
const MOST_REFERENCES: usize = 16;
/// Bytes that one stream may unpack to.
const STREAM: usize = 32 << 20;
/// Bytes that all streams of a file may unpack to, each counted as often as it is used.
const TOTAL: usize = 256 << 20;

/// The objects, and what may still be unpacked.
pub(super) struct Source<'d> {
    pdf: &'d Document,
    left: Cell<usize>,
    /// Whether something was passed over because it unpacks to too much.
    is_cut: Cell<bool>,
}

impl<'d> Source<'d> {
    pub(super) fn new(pdf: &'d Document) -> Self {
        Self {
            pdf,
            left: Cell::new(TOTAL),
            is_cut: Cell::new(false),
        }
    }

    pub(super) fn pdf(&self) -> &'d Document {
        self.pdf
    }

    /// Counts work that a file asks for against what it may.
    pub(super) fn charge(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }

    /// Whether the file asked for more work than it may.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Takes note that something was passed over because it is too large.
    pub(super) fn cut(&self) {
        self.is_cut.set(true);
    }

    /// Whether something was passed over because it is too large.
    pub(super) fn was_cut(&self) -> bool {
        self.is_cut.get()
    }

    /// What a reference leads to; null where it leads nowhere.
    pub(super) fn resolve<'o>(&self, mut object: &'o Object) -> &'o Object
    where
        'd: 'o,
    {
        for _ in 0..MOST_REFERENCES {
            let Object::Reference(id) = object else {
                return object;
            };
            object = self.pdf.objects.get(id).unwrap_or(&Object::Null);
        }
        &Object::Null
    }

    pub(super) fn get<'o>(&self, dict: &'o Dictionary, key: &[u8]) -> Option<&'o Object>
    where
        'd: 'o,
    {
        dict.get(key).ok().map(|object| self.resolve(object))
    }

    pub(super) fn dict<'o>(&self, dict: &'o Dictionary, key: &[u8]) -> Option<&'o Dictionary>
    where
        'd: 'o,
    {
        self.get(dict, key)?.as_dict().ok()
    }

    pub(super) fn name<'o>(&self, dict: &'o Dictionary, key: &[u8]) -> Option<&'o [u8]>
    where
        'd: 'o,
    {
        self.get(dict, key)?.as_name().ok()
    }

    pub(super) fn number(&self, dict: &Dictionary, key: &[u8]) -> Option<f64> {
        as_number(self.get(dict, key)?)
    }

    pub(super) fn numbers<const N: usize>(
        &self,
        dict: &Dictionary,
        key: &[u8],
    ) -> Option<[f64; N]> {
        let list = self.get(dict, key)?.as_array().ok()?;
        let mut numbers = [0.0; N];
        for (i, number) in numbers.iter_mut().enumerate() {
            *number = as_number(self.resolve(list.get(i)?))?;
        }
        Some(numbers)
    }

    /// What a stream unpacks to; `None` where it cannot be unpacked within the limits.
    pub(super) fn decode(&self, stream: &Stream) -> Option<Vec<u8>> {
        self.charge(stream.content.len());
        let limit = STREAM.min(self.left.get());
        match stream.get_plain_content_with_limit(limit) {
            Ok(bytes) => {
                self.charge(bytes.len());
                Some(bytes)
            }
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                self.charge(limit);
                self.cut();
                None
            }
            Err(_) => None,
        }
    }
}

/// An integer or real number that is finite.
pub(super) fn as_number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(number) => Some(*number as f64),
        Object::Real(number) => Some(f64::from(*number)).filter(|number| number.is_finite()),
        _ => None,
    }
}
