//! From bytes to text: the encoding a file is declared in, or the one its bytes show.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, EUC_JP, EUC_KR, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// A text and how it was encoded.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Label in lower case: `utf-8`, `utf-16le`, `gb18030`.
    pub(crate) encoding: String,
    /// Whether the label comes from the declaration, not from the bytes.
    pub(crate) declared: bool,
}

/// Why bytes are not text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// The declared label is not one that is known.
    UnknownLabel,
    /// The file is not a text table; `archive` when it looks like a workbook.
    Binary { at: usize, archive: bool },
    /// Bytes that the encoding does not have.
    Malformed { encoding: String, declared: bool, start: usize, end: usize },
}

/// Labels worth suggesting; many more are understood.
pub(crate) const LABELS: &[&str] =
    &["utf-8", "utf-16le", "utf-16be", "gb18030", "gbk", "big5", "windows-1252", "iso-8859-1", "shift_jis"];

pub(crate) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Result<Decoded<'a>, Undecodable> {
    let archive = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0");
    if archive {
        return Err(Undecodable::Binary { at: 0, archive });
    }
    let (encoding, declared) = match label {
        Some(label) => (Encoding::for_label(label.trim().as_bytes()).ok_or(Undecodable::UnknownLabel)?, true),
        None => match detect(bytes)? {
            // What was looked through to find that out is not looked through again.
            (encoding, Some(text)) => {
                return without_zeros(Cow::Borrowed(text), encoding.name().to_lowercase(), false);
            }
            (encoding, None) => (encoding, false),
        },
    };
    // GB18030 is the superset of GBK and GB2312 and the national standard; decoding is the same.
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    let name = encoding.name().to_lowercase();
    let text = match strictly(bytes, encoding) {
        Ok(text) => text,
        Err((start, end)) => {
            return Err(Undecodable::Malformed { encoding: name, declared, start, end });
        }
    };
    without_zeros(text, name, declared)
}

fn without_zeros(text: Cow<'_, str>, encoding: String, declared: bool) -> Result<Decoded<'_>, Undecodable> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(at) => Err(Undecodable::Binary { at, archive: false }),
        None => Ok(Decoded { text, encoding, declared }),
    }
}

/// The encoding that the bytes show, with the text where it was read to find that out: a byte order mark, zero bytes at every other place, valid UTF-8, or a guess.
fn detect(bytes: &[u8]) -> Result<(&'static Encoding, Option<&str>), Undecodable> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok((encoding, None));
    }
    let head = &bytes[..bytes.len().min(1 << 16)];
    if let Some(at) = head.iter().position(|b| *b == 0) {
        return utf16_by_zeros(head)
            .map(|encoding| (encoding, None))
            .ok_or(Undecodable::Binary { at, archive: false });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((UTF_8, Some(text)));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(4 << 20)], true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // A word or two leave it open which of the encodings with such byte pairs it is; files of this field are then
    // mostly Chinese.
    let paired = [GBK, BIG5, EUC_KR, EUC_JP].contains(&guess);
    let few = bytes.iter().filter(|b| !b.is_ascii()).take(FEW).count() < FEW;
    let guess = if paired && few { detector.guess(Some(b"cn"), Utf8Detection::Deny) } else { guess };
    Ok((guess, None))
}

/// Fewer bytes than this beyond ASCII do not tell one East Asian encoding from another.
const FEW: usize = 16;

/// UTF-16 without a mark: letters, digits and separators of a table have a zero as their high byte.
fn utf16_by_zeros(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = |n: usize| n * 40 >= head.len();
    match (even, odd) {
        (0, n) if enough(n) => Some(UTF_16LE),
        (n, 0) if enough(n) => Some(UTF_16BE),
        _ => None,
    }
}

/// Decodes without replacing anything; on failure the bytes that are not in the encoding.
fn strictly<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Cow<'a, str>, (usize, usize)> {
    let skip = match Encoding::for_bom(bytes) {
        Some((found, length)) if found == encoding => length,
        _ => 0,
    };
    let body = &bytes[skip..];
    if encoding == UTF_8 {
        return match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => {
                let start = skip + e.valid_up_to();
                Err((start, e.error_len().map_or(bytes.len(), |n| start + n)))
            }
        };
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body) {
        return Ok(text);
    }
    // Once more, slowly, to learn where.
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = String::with_capacity(1 << 16);
    let mut read = 0;
    loop {
        scratch.clear();
        let (result, n) = decoder.decode_to_string_without_replacement(&body[read..], &mut scratch, true);
        read += n;
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return Err((bytes.len(), bytes.len())),
            DecoderResult::Malformed(length, after) => {
                let end = (skip + read).saturating_sub(usize::from(after));
                return Err((end.saturating_sub(usize::from(length)), end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::SHIFT_JIS;

    const TABLE: &str =
        "unit,variable,period,value\n长春,人均国内生产总值,2018,95700\n沈阳,人均国内生产总值,2018,75766\n";

    fn utf16(text: &str, big: bool, bom: bool) -> Vec<u8> {
        let bom = bom.then_some(0xFEFF);
        bom.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn each_encoding_is_found_and_read() {
        let gb = GB18030.encode(TABLE).0.into_owned();
        let bom = [b"\xEF\xBB\xBF", TABLE.as_bytes()].concat();
        for (bytes, label, expected) in [
            (TABLE.as_bytes().to_vec(), None, "utf-8"),
            (bom.clone(), None, "utf-8"),
            (bom, Some("UTF-8"), "utf-8"),
            (utf16(TABLE, false, true), None, "utf-16le"),
            (utf16(TABLE, true, true), None, "utf-16be"),
            (utf16(TABLE, false, false), None, "utf-16le"),
            (utf16(TABLE, true, false), None, "utf-16be"),
            (utf16(TABLE, true, true), Some("utf-16be"), "utf-16be"),
            (gb.clone(), None, "gb18030"),
            (gb.clone(), Some("gb2312"), "gb18030"),
            (gb, Some("gb18030"), "gb18030"),
        ] {
            let decoded = decode(&bytes, label).unwrap();
            assert_eq!((&*decoded.text, &*decoded.encoding), (TABLE, expected));
            assert_eq!(decoded.declared, label.is_some());
        }
    }

    #[test]
    fn accents_of_a_western_file_are_not_taken_for_chinese() {
        let bytes: &[u8] = b"unit,name,value\nZRH,Z\xFCrich,1\nSAO,S\xE3o Paulo,2\nMLG,M\xE1laga,3\n";
        let decoded = decode(bytes, None).unwrap();
        assert_eq!(decoded.encoding, "windows-1252");
        assert!(decoded.text.contains("São Paulo"));
    }

    #[test]
    fn one_chinese_word_is_enough() {
        for text in [
            "unit,value\n长春,1\n",
            "城市,value\nA,1\n",
            "unit,note\nA,暂无\n",
            "unit,value\n伦敦,1\n",
            "a,单位\n",
        ] {
            let bytes = GB18030.encode(text).0;
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!((&*decoded.text, &*decoded.encoding), (text, "gb18030"));
        }
    }

    #[test]
    fn other_east_asian_tables_are_told_from_chinese() {
        for (text, encoding) in [
            ("都市,人口\n東京都,13960000\nさいたま市,1324000\n", SHIFT_JIS),
            ("도시,인구\n서울특별시,9720000\n부산광역시,3390000\n", EUC_KR),
        ] {
            let bytes = encoding.encode(text).0;
            assert_eq!(decode(&bytes, None).unwrap().text, text);
        }
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_place() {
        let malformed = |encoding: &str, declared, start, end| {
            Err(Undecodable::Malformed { encoding: encoding.to_owned(), declared, start, end })
        };
        for (bytes, label, expected) in [
            (&b"a,b\n1,\xFF\n"[..], Some("utf-8"), malformed("utf-8", true, 6, 7)),
            (b"\xEF\xBB\xBFa\xE4\xBD", Some("utf-8"), malformed("utf-8", true, 4, 6)),
            (b"ab\xFF\xFFcd", Some("gb18030"), malformed("gb18030", true, 2, 3)),
            (b"a,b\n1,2\n", Some("utf-99"), Err(Undecodable::UnknownLabel)),
            (b"a\0\0\0b\0\0\0", None, Err(Undecodable::Binary { at: 1, archive: false })),
            (b"PK\x03\x04....", None, Err(Undecodable::Binary { at: 0, archive: true })),
            (b"a,\0b", Some("utf-8"), Err(Undecodable::Binary { at: 2, archive: false })),
        ] {
            assert_eq!(decode(bytes, label), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>, label in proptest::option::of(0..LABELS.len())) {
            let _ = decode(&bytes, label.map(|i| LABELS[i]));
        }
    }
}
