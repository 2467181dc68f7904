//! XML against an XML Schema: as much of the language as the schemas in `fixtures/schemas` use.
//! What is not understood of a schema panics, so that none of it is passed over.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// What one reader understands of a file and another not.
const COMPATIBILITY: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";

/// An element of well-formed XML.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    text: String,
}

impl Element {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().unwrap();
            match &event {
                Event::Start(tag) => open.push(Self::of(tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(Self::of(tag)),
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(words) => {
                    let words: &str = words.as_ref();
                    open.last_mut().unwrap().text += words;
                }
                Event::GeneralRef(_) | Event::CData(_) => open.last_mut().unwrap().text += "&",
                Event::Eof => break,
                _ => {}
            }
        }
        let [document] = &mut open[..] else {
            panic!("{open:?} is not closed");
        };
        assert!(document.text.trim().is_empty(), "{:?}", document.text);
        assert_eq!(document.children.len(), 1, "there is one root");
        document.children.remove(0)
    }

    fn of(tag: &BytesStart<'_>) -> Self {
        let attributes = tag.attributes().map(|attribute| {
            // Repeated attributes are an error here.
            let attribute = attribute.unwrap();
            let value = quick_xml::escape::unescape(&attribute.value).unwrap();
            (String::from(attribute.key.as_ref()), value.into_owned())
        });
        Self {
            name: tag.name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The elements within it of a name, however deep.
    pub(crate) fn all(&self, name: &str) -> Vec<&Self> {
        let mut found: Vec<_> = self.children.iter().filter(|c| c.name == name).collect();
        found.extend(self.children.iter().flat_map(|child| child.all(name)));
        found
    }

    /// What a declaration is known by.
    fn key(&self) -> (String, String) {
        let name = self.get("name").unwrap_or_default();
        (self.name.clone(), name.to_owned())
    }

    /// Puts a prefix before what a declaration and all within it name of their own schema.
    fn prefix(&mut self, prefix: &str) {
        for (key, value) in &mut self.attributes {
            let is_name = ["name", "type", "base", "ref", "memberTypes"].contains(&key.as_str());
            if is_name {
                let names = value
                    .split_whitespace()
                    .map(|name| match name.contains(':') {
                        true => name.to_owned(),
                        false => format!("{prefix}{name}"),
                    });
                *value = names.collect::<Vec<_>>().join(" ");
            }
        }
        self.children
            .iter_mut()
            .for_each(|child| child.prefix(prefix));
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// The namespaces of prefixes where an element stands, the innermost last.
type Scope = Vec<(String, String)>;

/// A schema of `fixtures/schemas` with those that it imports, as far as the folder has them.
pub(crate) struct Schema {
    /// What is declared, by kind and name; names of imported schemas have the prefix that the schema
    /// gives them.
    globals: BTreeMap<(String, String), Element>,
    /// The first element that is declared.
    root: String,
    /// The namespaces that the schema has a prefix for; its own has none.
    prefixes: Vec<(String, String)>,
    /// Whether attributes that are declared here stand in the namespace of the schema.
    has_qualified_attributes: bool,
    /// The expressions for what elements hold, by these expressions' text.
    contents: RefCell<HashMap<String, Regex>>,
}

impl Schema {
    pub(crate) fn read(name: &str) -> Self {
        let root = Self::file(name);
        let own = root.get("targetNamespace").unwrap_or_default().to_owned();
        let named = |(key, uri): &(String, String)| {
            let prefix = key.strip_prefix("xmlns:")?;
            (*uri != own && prefix != "xs").then(|| (uri.clone(), format!("{prefix}:")))
        };
        let mut prefixes: Vec<_> = root.attributes.iter().filter_map(named).collect();
        prefixes.push((own, String::new()));
        prefixes.push((XML.to_owned(), "xml:".to_owned()));
        let mut globals = BTreeMap::new();
        for import in root.children.iter().filter(|c| c.name == "xs:import") {
            let file = import.get("schemaLocation").unwrap_or_default();
            if !Path::new("fixtures/schemas").join(file).is_file() {
                continue;
            }
            let is_own =
                |(uri, _): &&(String, String)| Some(uri.as_str()) == import.get("namespace");
            let (_, prefix) = prefixes.iter().find(is_own).unwrap();
            for mut global in Self::file(file.trim_end_matches(".xsd")).children {
                global.prefix(prefix);
                globals.insert(global.key(), global);
            }
        }
        let first = root.child("xs:element").unwrap();
        let first = first.get("name").unwrap().to_owned();
        let has_qualified_attributes = root.get("attributeFormDefault") == Some("qualified");
        let own = root.children.into_iter();
        globals.extend(
            own.filter(|c| c.get("name").is_some())
                .map(|c| (c.key(), c)),
        );
        Self {
            globals,
            root: first,
            prefixes,
            has_qualified_attributes,
            contents: RefCell::default(),
        }
    }

    fn file(name: &str) -> Element {
        let text = fs::read_to_string(format!("fixtures/schemas/{name}.xsd")).unwrap();
        let root = Element::parse(&text.replace("xsd:", "xs:").replace(":xsd=", ":xs="));
        assert_eq!(root.name, "xs:schema");
        root
    }

    /// What is wrong with an element and all within it; the first element declared is the root.
    pub(crate) fn mistakes(&self, element: &Element) -> Vec<String> {
        self.mistakes_as(&self.root, element)
    }

    /// The same where another element that is declared is the root.
    pub(crate) fn mistakes_as(&self, root: &str, element: &Element) -> Vec<String> {
        let mut mistakes = Vec::new();
        let ignored = vec![COMPATIBILITY.to_owned()];
        let [element] = &self.named(element, &Scope::new(), &ignored)[..] else {
            return vec![format!("<{}> is to be ignored", element.name)];
        };
        match root == element.name {
            true => self.element(self.global("xs:element", root), element, &mut mistakes),
            false => mistakes.push(format!("<{}> is no root", element.name)),
        }
        mistakes
    }

    fn find(&self, kind: &str, name: &str) -> Option<&Element> {
        self.globals.get(&(kind.to_owned(), name.to_owned()))
    }

    fn global(&self, kind: &str, name: &str) -> &Element {
        self.find(kind, name)
            .unwrap_or_else(|| panic!("the schema has no {kind} {name}"))
    }

    /// An element with the names that the schema has for them, as one reads it who knows this schema
    /// only (ECMA-376 part 3, markup compatibility): nothing, or what it falls back to.
    fn named(&self, element: &Element, scope: &Scope, ignored: &[String]) -> Vec<Element> {
        let mut scope = scope.clone();
        for (key, uri) in &element.attributes {
            match key.strip_prefix("xmlns") {
                Some("") => scope.push((String::new(), uri.clone())),
                Some(prefix) => scope.push((prefix[1..].to_owned(), uri.clone())),
                None => {}
            }
        }
        let uri_of = |prefix: &str| -> &str {
            let known = scope.iter().rev().find(|(known, _)| known == prefix);
            match prefix {
                "xml" => XML,
                _ => known.map_or("", |(_, uri)| uri),
            }
        };
        let split = |name: &str| -> (String, String) {
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            (uri_of(prefix).to_owned(), local.to_owned())
        };
        let mut ignored = ignored.to_vec();
        for (key, value) in &element.attributes {
            if key.contains(':') && split(key) == (COMPATIBILITY.to_owned(), "Ignorable".to_owned())
            {
                ignored.extend(
                    value
                        .split_whitespace()
                        .map(|prefix| uri_of(prefix).to_owned()),
                );
            }
        }
        let children = |of: &Element| -> Vec<Element> {
            let children = of.children.iter();
            children
                .flat_map(|child| self.named(child, &scope, &ignored))
                .collect()
        };
        let (uri, local) = split(&element.name);
        if uri == COMPATIBILITY && local == "AlternateContent" {
            let mut within = element.children.iter();
            let fallback = within.find(|child| split(&child.name).1 == "Fallback");
            return fallback.map(children).unwrap_or_default();
        }
        if ignored.contains(&uri) {
            return Vec::new();
        }
        let name_in = |uri: &str, local: &str| match self.prefixes.iter().find(|(u, _)| u == uri) {
            Some((_, prefix)) => format!("{prefix}{local}"),
            None => format!("{{{uri}}}{local}"),
        };
        let mut attributes = Vec::new();
        for (key, value) in &element.attributes {
            let name = match key.contains(':') {
                _ if key == "xmlns" || key.starts_with("xmlns:") => continue,
                true if ignored.contains(&split(key).0) => continue,
                true => name_in(&split(key).0, &split(key).1),
                false if self.has_qualified_attributes => format!(":{key}"),
                false => key.clone(),
            };
            attributes.push((name, value.clone()));
        }
        vec![Element {
            name: name_in(&uri, &local),
            attributes,
            children: children(element),
            text: element.text.clone(),
        }]
    }

    fn element(&self, declared: &Element, element: &Element, mistakes: &mut Vec<String>) {
        let own = declared.child("xs:complexType");
        let named = || self.find("xs:complexType", declared.get("type")?);
        let Some(complex) = own.or_else(named) else {
            if !element.attributes.is_empty() || !element.children.is_empty() {
                mistakes.push(format!("<{}> has more than text", element.name));
            }
            let kind = declared.get("type").unwrap();
            mistakes.extend(self.value(kind, &element.text));
            return;
        };
        let parts = self.parts(complex);
        let is_text = complex.child("xs:simpleContent").is_some();
        if !is_text && complex.get("mixed") != Some("true") && !element.text.trim().is_empty() {
            mistakes.push(format!("text in <{}>: {:?}", element.name, element.text));
        }
        self.attributes(&parts, element, mistakes);
        let mut inner = Vec::new();
        let mut content = String::new();
        for part in parts {
            match part.name.as_str() {
                "xs:attribute" | "xs:attributeGroup" => {}
                _ => content += &self.content(part, &mut inner),
            }
        }
        let names = element.children.iter().map(|c| format!("{};", c.name));
        let names = names.collect::<String>();
        let mut contents = self.contents.borrow_mut();
        let expression = contents
            .entry(content)
            .or_insert_with_key(|content| Regex::new(&format!("^(?:{content})$")).unwrap());
        if !expression.is_match(&names) {
            mistakes.push(format!("<{}> holds {names}", element.name));
        }
        drop(contents);
        for child in &element.children {
            match inner.iter().find(|(name, _)| *name == child.name) {
                Some((_, declared)) => self.element(declared, child, mistakes),
                None => self.within(child, mistakes),
            }
        }
    }

    /// What is wrong with those elements within another that are declared, though it is not.
    fn within(&self, element: &Element, mistakes: &mut Vec<String>) {
        for child in &element.children {
            match self.find("xs:element", &child.name) {
                Some(declared) => self.element(declared, child, mistakes),
                None => self.within(child, mistakes),
            }
        }
    }

    /// What a type is made of, with what it extends.
    fn parts<'s>(&'s self, complex: &'s Element) -> Vec<&'s Element> {
        let derived = ["xs:complexContent", "xs:simpleContent"];
        let derived = derived.iter().find_map(|name| complex.child(name));
        let Some(extension) = derived.map(|content| content.child("xs:extension").unwrap()) else {
            return complex.children.iter().collect();
        };
        let base = self.find("xs:complexType", extension.get("base").unwrap());
        let mut parts = base.map(|base| self.parts(base)).unwrap_or_default();
        parts.extend(&extension.children);
        parts
    }

    fn declared<'s>(&'s self, parts: &[&'s Element], all: &mut Vec<(&'s str, &'s Element)>) {
        for part in parts {
            match (part.name.as_str(), part.get("ref")) {
                ("xs:attribute", Some("xml:space")) => all.push(("xml:space", part)),
                ("xs:attribute", Some(name)) => all.push((name, self.global("xs:attribute", name))),
                ("xs:attribute", None) => all.push((part.get("name").unwrap(), part)),
                ("xs:attributeGroup", Some(name)) => {
                    let group = self.global("xs:attributeGroup", name);
                    self.declared(&group.children.iter().collect::<Vec<_>>(), all);
                }
                _ => {}
            }
        }
    }

    fn attributes(&self, parts: &[&Element], element: &Element, mistakes: &mut Vec<String>) {
        let mut declared = Vec::new();
        self.declared(parts, &mut declared);
        for (name, attribute) in &declared {
            if attribute.get("use") == Some("required") && element.get(name).is_none() {
                mistakes.push(format!("<{}> has no {name}", element.name));
            }
        }
        for (name, value) in &element.attributes {
            match declared.iter().find(|(known, _)| known == name) {
                Some((_, attribute)) => {
                    let kind = attribute.get("type").unwrap_or("xs:string");
                    let mistake = self.value(kind, value);
                    mistakes.extend(mistake.map(|mistake| format!("{name}: {mistake}")));
                }
                None => mistakes.push(format!("<{}> has {name}", element.name)),
            }
        }
    }

    /// What may stand in an element as an expression over the names in it, each with `;` behind, and
    /// the declarations of these names.
    fn content<'s>(&'s self, part: &'s Element, inner: &mut Vec<(&'s str, &'s Element)>) -> String {
        let parts = |of: &'s Element, inner: &mut Vec<_>| -> Vec<String> {
            let parts = of.children.iter();
            parts.map(|part| self.content(part, inner)).collect()
        };
        let reference = part.get("ref");
        let one = match (part.name.as_str(), reference) {
            ("xs:sequence", _) => parts(part, inner).concat(),
            ("xs:choice", _) => parts(part, inner).join("|"),
            ("xs:group", Some(name)) => match self.find("xs:group", name) {
                Some(group) => parts(group, inner).concat(),
                // Of a schema that is not here.
                None => format!("{}:[^;]*;", name.split_once(':').unwrap().0),
            },
            ("xs:any", _) => format!(
                r"\{{{}\}}[^;]*;",
                regex::escape(part.get("namespace").unwrap())
            ),
            ("xs:element", Some(name)) if name.contains(':') => regex::escape(&format!("{name};")),
            ("xs:element", _) => {
                let declared = match reference {
                    Some(name) => self.global("xs:element", name),
                    None => part,
                };
                let name = declared.get("name").unwrap();
                inner.push((name, declared));
                regex::escape(&format!("{name};"))
            }
            (other, _) => panic!("{other} is not understood"),
        };
        let least = part.get("minOccurs").unwrap_or("1");
        let most = match part.get("maxOccurs") {
            Some("unbounded") => "",
            most => most.unwrap_or("1"),
        };
        format!("(?:{one}){{{least},{most}}}")
    }

    /// What is wrong with a value of a simple type.
    fn value(&self, kind: &str, value: &str) -> Option<String> {
        let fits = |expression| Regex::new(expression).unwrap().is_match(value.trim());
        let is_right = match kind {
            "xs:string" | "xs:token" => true,
            "xs:anyURI" => !value.contains([' ', '<', '>', '"']),
            "xs:boolean" => fits("^(true|false|0|1)$"),
            "xs:integer" => fits("^[+-]?[0-9]+$"),
            "xs:unsignedLong" => fits("^[0-9]{1,20}$"),
            "xs:hexBinary" => fits("^([0-9A-Fa-f]{2})*$"),
            "xs:NCName" | "xs:ID" => fits(r"^[\p{L}_][\p{L}\p{N}_.\-]*$"),
            "xs:dateTime" => fits(
                r"^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$",
            ),
            "xs:decimal" => fits(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"),
            "xs:nonNegativeInteger" => fits(r"^(\+?[0-9]+|-0+)$"),
            "xs:positiveInteger" => fits(r"^\+?0*[1-9][0-9]*$"),
            known if known.starts_with("xs:") => panic!("{known} is not understood"),
            own => return self.restricted(self.global("xs:simpleType", own), value),
        };
        (!is_right).then(|| format!("{value:?} is no {kind}"))
    }

    fn restricted(&self, own: &Element, value: &str) -> Option<String> {
        let named = || own.get("name").unwrap_or_default();
        if let Some(union) = own.child("xs:union") {
            let mut members = union.get("memberTypes").unwrap().split_whitespace();
            let is_right = members.any(|member| self.value(member, value).is_none());
            return (!is_right).then(|| format!("{value:?} is no {}", named()));
        }
        let restriction = own.child("xs:restriction").unwrap();
        let kind = restriction.get("base").unwrap();
        let base = self.value(kind, value);
        // Binary data is counted in bytes.
        let length = value.chars().count() / if kind == "xs:hexBinary" { 2 } else { 1 };
        let number: Option<f64> = value.trim().parse().ok();
        let (mut allowed, mut patterns) = (Vec::new(), Vec::new());
        let mut is_right = true;
        for facet in &restriction.children {
            let of = facet.get("value").unwrap();
            match facet.name.as_str() {
                "xs:enumeration" => allowed.push(of),
                "xs:pattern" => patterns.push(of),
                "xs:length" => is_right &= length == of.parse::<usize>().unwrap(),
                "xs:minLength" => is_right &= length >= of.parse::<usize>().unwrap(),
                "xs:maxLength" => is_right &= length <= of.parse::<usize>().unwrap(),
                "xs:minInclusive" => is_right &= number >= Some(of.parse::<f64>().unwrap()),
                "xs:maxInclusive" => {
                    is_right &= number.is_some_and(|n| n <= of.parse::<f64>().unwrap());
                }
                other => panic!("{other} is not understood"),
            }
        }
        let fits = |whole: &&str| {
            Regex::new(&format!("^(?:{whole})$"))
                .unwrap()
                .is_match(value)
        };
        is_right &= allowed.is_empty() || allowed.contains(&value);
        is_right &= patterns.is_empty() || patterns.iter().any(fits);
        base.or_else(|| (!is_right).then(|| format!("{value:?} is no {}", named())))
    }
}

/// The schemas refuse what readers would: without this they could allow anything.
#[test]
fn schemas_refuse_what_is_wrong() {
    let suite = |inner: &str| {
        format!(
            "<testsuites><testsuite name='a' tests='1' failures='0' errors='0'>{inner}</testsuite></testsuites>"
        )
    };
    let case = |inner: &str| suite(&format!("<testcase name='a'>{inner}</testcase>"));
    let error = |attributes: &str| {
        format!("<checkstyle><file name='a'><error {attributes}/></file></checkstyle>")
    };
    let cases: &[(&str, String, &str)] = &[
        (
            "junit",
            suite("<properties/><testcase name='a' time='0.25'/><system-out>x</system-out>"),
            "",
        ),
        (
            "junit",
            case("<failure message='m' type='t'>x</failure>"),
            "",
        ),
        ("junit", "<testsuites tests='1' time='12'/>".to_owned(), ""),
        ("junit", "<testsuite/>".to_owned(), "<testsuite> is no root"),
        (
            "junit",
            "<testsuites tests='-1'/>".to_owned(),
            "tests: \"-1\" is no xs:nonNegativeInteger",
        ),
        (
            "junit",
            "<testsuites tests='1.0'/>".to_owned(),
            "tests: \"1.0\" is no xs:nonNegativeInteger",
        ),
        (
            "junit",
            "<testsuites time='1,5'/>".to_owned(),
            "time: \"1,5\" is no xs:decimal",
        ),
        (
            "junit",
            "<testsuites time='-1'/>".to_owned(),
            "time: \"-1\" is no seconds",
        ),
        (
            "junit",
            "<testsuites>x</testsuites>".to_owned(),
            "text in <testsuites>: \"x\"",
        ),
        (
            "junit",
            suite("<testcase name=''/>"),
            "name: \"\" is no name",
        ),
        ("junit", suite("<testcase/>"), "<testcase> has no name"),
        (
            "junit",
            suite("<testcase name='a' line='1'/>"),
            "<testcase> has line",
        ),
        (
            "junit",
            suite("<testcase name='a'/><properties/>"),
            "<testsuite> holds testcase;properties;",
        ),
        (
            "junit",
            case("<testcase name='a'/>"),
            "<testcase> holds testcase;",
        ),
        (
            "junit",
            case("<skipped/><failure type='t'/>"),
            "<testcase> holds skipped;failure;",
        ),
        ("junit", case("<failure/>"), "<failure> has no type"),
        (
            "checkstyle",
            error("line='0' severity='info' message='' source='a'"),
            "",
        ),
        (
            "checkstyle",
            error("line='1' severity='fatal' message='' source='a'"),
            "severity: \"fatal\" is no severity",
        ),
        (
            "checkstyle",
            error("line='1' column='0' severity='info' message='' source='a'"),
            "column: \"0\" is no xs:positiveInteger",
        ),
        (
            "checkstyle",
            error("severity='info' message='' source='a'"),
            "<error> has no line",
        ),
        (
            "checkstyle",
            "<checkstyle version='a'/>".to_owned(),
            "version: \"a\" is no version",
        ),
        (
            "checkstyle",
            "<checkstyle><error/></checkstyle>".to_owned(),
            "<checkstyle> holds error;",
        ),
    ];
    for (schema, text, expected) in cases {
        let mistakes = Schema::read(schema).mistakes(&Element::parse(text));
        assert_eq!(mistakes.join("; "), *expected, "{text}");
    }
}

/// Word's schema: the order of properties, names in their namespaces, values, what stands in boxes, and
/// what one reads who does not understand the rest.
#[test]
fn the_schema_of_word_refuses_what_is_wrong() {
    let schema = Schema::read("wml");
    let document = |paragraph: &str| {
        let text = format!(
            "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
             xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' \
             xmlns:mc='{COMPATIBILITY}' xmlns:w14='w14' xmlns:v='urn:schemas-microsoft-com:vml' \
             mc:Ignorable='w14'><w:body><w:p>{paragraph}</w:p></w:body></w:document>"
        );
        schema
            .mistakes_as("document", &Element::parse(&text))
            .join("; ")
    };
    let cases = [
        ("<w:pPr><w:pBdr/><w:jc w:val='both'/></w:pPr>", ""),
        (
            "<w:pPr><w:jc w:val='both'/><w:pBdr/></w:pPr>",
            "<pPr> holds jc;pBdr;",
        ),
        ("<w:r><w:t/><w:rPr/></w:r>", "<r> holds t;rPr;"),
        ("<w:pPr><w:jc/></w:pPr>", "<jc> has no val"),
        (
            "<w:pPr><w:jc val='both'/></w:pPr>",
            "<jc> has no val; <jc> has :val",
        ),
        (
            "<w:pPr><w:jc w:val='middle'/></w:pPr>",
            "val: \"middle\" is no ST_Jc",
        ),
        (
            "<w:r><w:rPr><w:b w:val='0'/><w:sz w:val='28'/></w:rPr></w:r>",
            "",
        ),
        (
            "<w:r><w:rPr><w:b w:val='no'/></w:rPr></w:r>",
            "val: \"no\" is no s:ST_OnOff",
        ),
        ("<w:r><w:t xml:space='preserve'> a</w:t></w:r>", ""),
        ("<w:r>a</w:r>", "text in <r>: \"a\""),
        (
            "<w:commentRangeStart w:id='0'/><w:commentRangeEnd w:id='0'/>",
            "",
        ),
        ("<w:commentRangeStart/>", "<commentRangeStart> has no id"),
        (
            "<w:commentReference w:id='0'/>",
            "<p> holds commentReference;",
        ),
        (
            "<w:ins w:id='1' w:author='a' w:date='2026-01-05T00:00:00Z'/>",
            "",
        ),
        (
            "<w:ins w:id='1' w:author='a' w:date='05/01/2026'/>",
            "date: \"05/01/2026\" is no xs:dateTime",
        ),
        ("<w:hyperlink r:id='a'><w:r/></w:hyperlink>", ""),
        ("<w:hyperlink r:to='a'/>", "<hyperlink> has r:to"),
        ("<w14:new/>", ""),
        (
            "<v:line/>",
            "<p> holds {urn:schemas-microsoft-com:vml}line;",
        ),
        (
            "<mc:AlternateContent><mc:Choice><w:t/></mc:Choice><mc:Fallback><w:r/></mc:Fallback>\
             </mc:AlternateContent>",
            "",
        ),
        (
            "<mc:AlternateContent><mc:Fallback><w:t/></mc:Fallback></mc:AlternateContent>",
            "<p> holds t;",
        ),
        (
            "<w:r><w:pict><v:shape><w:txbxContent><w:p><w:t/></w:p></w:txbxContent></v:shape></w:pict></w:r>",
            "<p> holds t;",
        ),
    ];
    for (paragraph, expected) in cases {
        assert_eq!(document(paragraph), expected, "{paragraph}");
    }
}
