// SPDX-License-Identifier: MIT

//! Runs the crate rscp against a simulator and prints what it read, one "name value" a line.
use rscp::{tags, Client, Frame, GetItem, Item};

fn getter(tag: u32) -> Item {
    Item { tag, data: None }
}

fn main() -> anyhow_free::Result {
    let arguments: Vec<String> = std::env::args().collect();
    let mut client = Client::new(&arguments[5], arguments[3].clone(), arguments[4].clone());
    client.connect(&arguments[1], Some(arguments[2].parse()?)).map_err(|e| e.to_string())?;

    let mut request = Frame::new();
    for tag in [tags::EMS::POWER_PV, tags::EMS::POWER_GRID, tags::EMS::POWER_HOME, tags::EMS::POWER_BAT] {
        request.push_item(getter(tag.into()));
    }
    request.push_item(getter(tags::EMS::BAT_SOC.into()));
    request.push_item(getter(tags::INFO::SERIAL_NUMBER.into()));
    request.push_item(getter(tags::INFO::SW_RELEASE.into()));
    let answer = client.send_receive_frame(&request).map_err(|e| e.to_string())?;
    let number = |tag: u32| answer.get_item_data::<i32>(tag).map(|v| *v).map_err(|e| e.to_string());
    println!("POWER_PV {}", number(tags::EMS::POWER_PV.into())?);
    println!("POWER_GRID {}", number(tags::EMS::POWER_GRID.into())?);
    println!("POWER_HOME {}", number(tags::EMS::POWER_HOME.into())?);
    println!("POWER_BAT {}", number(tags::EMS::POWER_BAT.into())?);
    println!("BAT_SOC {}", answer.get_item_data::<u8>(tags::EMS::BAT_SOC.into()).map_err(|e| e.to_string())?);
    println!("SERIAL_NUMBER {}", answer.get_item_data::<String>(tags::INFO::SERIAL_NUMBER.into()).map_err(|e| e.to_string())?);
    println!("SW_RELEASE {}", answer.get_item_data::<String>(tags::INFO::SW_RELEASE.into()).map_err(|e| e.to_string())?);

    let mut battery = Frame::new();
    battery.push_item(Item::new(
        tags::BAT::DATA.into(),
        vec![
            Item { tag: tags::BAT::INDEX.into(), data: Some(Box::new(0i32)) },
            getter(tags::BAT::RSOC.into()),
            getter(tags::BAT::DEVICE_NAME.into()),
        ],
    ));
    let answer = client.send_receive_frame(&battery).map_err(|e| e.to_string())?;
    let data = answer.get_item(tags::BAT::DATA.into()).map_err(|e| e.to_string())?;
    println!("BAT_RSOC {}", data.get_item_data::<f32>(tags::BAT::RSOC.into()).map_err(|e| e.to_string())?);
    println!("BAT_DEVICE_NAME {}", data.get_item_data::<String>(tags::BAT::DEVICE_NAME.into()).map_err(|e| e.to_string())?);
    client.disconnect().map_err(|e| e.to_string())?;
    Ok(())
}

/// Errors as text, without a further dependency.
mod anyhow_free {
    pub type Result = std::result::Result<(), Box<dyn std::error::Error>>;
}
